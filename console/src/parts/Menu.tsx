/** A menu. Until somebody opens it, it is a button: what it then takes is loaded when a pointer or the focus comes near. */
import { createContext, useContext, type ReactNode } from "react";

import type { IconName } from "./Icon";
import { useOnDemand } from "./onDemand";

export interface MenuProps {
  /** What the button shows. */
  trigger: ReactNode;
  label?: string;
  className?: string;
  children: ReactNode;
  disabled?: boolean;
}

export interface MenuItemProps {
  icon?: IconName;
  onSelect(): void;
  children: ReactNode;
}

export interface MenuChoiceProps<T extends string> {
  value: T | null;
  options: readonly { value: T | null; label: ReactNode }[];
  onChange(value: T | null): void;
}

export interface MenuToggleProps {
  checked: boolean;
  onChange(checked: boolean): void;
  children: ReactNode;
}

const load = () => import("./menuParts");
type Parts = Awaited<ReturnType<typeof load>>;
const PartsContext = createContext<Parts | null>(null);

export function Menu({ className = "button", disabled = false, ...props }: MenuProps) {
  const { loaded, ask, near } = useOnDemand(load);
  if (loaded !== null) {
    return (
      <PartsContext.Provider value={loaded}>
        <loaded.OpenMenu {...props} className={className} disabled={disabled} />
      </PartsContext.Provider>
    );
  }
  const { trigger, label } = props;
  return (
    <button
      type="button"
      className={className}
      aria-label={label}
      title={label}
      disabled={disabled}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={ask}
      onKeyDown={(event) => event.key.startsWith("Arrow") && (event.preventDefault(), ask())}
      {...near}
    >
      {trigger}
    </button>
  );
}

export const MenuItem = (props: MenuItemProps) => {
  const { Item } = useParts();
  return <Item {...props} />;
};

/** One of several, marked. */
export function MenuChoice<T extends string>(props: MenuChoiceProps<T>) {
  const { Choice } = useParts();
  return <Choice<T> {...props} />;
}

export function MenuToggle(props: MenuToggleProps) {
  const { Toggle } = useParts();
  return <Toggle {...props} />;
}

function useParts(): Parts {
  const parts = useContext(PartsContext);
  if (parts === null) throw new Error("An item stands in a menu");
  return parts;
}
