import type { PageProps } from "../../app/pages";
import { OperationDetail } from "./OperationDetail";
import { OperationList } from "./OperationList";

export default function RefreshesPage({ rest: [id] }: PageProps) {
  return id === undefined ? <OperationList /> : <OperationDetail key={id} id={id} />;
}
