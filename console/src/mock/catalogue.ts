/** The operations of the contract with what they declare to answer, for a person to choose from. */

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Declared statuses, ascending, each with the names of its examples. */
  readonly answers: readonly { readonly status: number; readonly examples: readonly string[] }[];
}

interface Media {
  readonly examples?: Readonly<Record<string, unknown>>;
}
interface Answer {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
}
export interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: { readonly responses?: Readonly<Record<string, Answer>> };
}

const METHODS = new Set(["get", "put", "post", "delete", "patch"]);

/** By their names; of the mock's own operations and the server's health, none. */
export function operationsOf(contract: Contract): Operation[] {
  const resolved = (answer: Answer): Answer =>
    answer.$ref === undefined ? answer : (contract.components?.responses?.[answer.$ref.split("/").at(-1) ?? ""] ?? {});
  const found = Object.entries(contract.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, described]): Operation => {
        const { operationId, responses } = described as {
          operationId: string;
          responses: Readonly<Record<string, Answer>>;
        };
        const answers = Object.entries(responses).map(([status, answer]) => ({
          status: Number(status),
          examples: Object.values(resolved(answer).content ?? {}).flatMap(({ examples }) => Object.keys(examples ?? {})),
        }));
        return { id: operationId, method: method.toUpperCase(), path, answers: answers.sort((a, b) => a.status - b.status) };
      }),
  );
  return found.filter(({ path }) => path.startsWith("/api/")).sort((a, b) => a.id.localeCompare(b.id));
}
