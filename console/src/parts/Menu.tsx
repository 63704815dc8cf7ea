import { Menu as Base } from "@base-ui/react/menu";
import type { ReactNode } from "react";

import { Icon, type IconName } from "./Icon";

interface MenuProps {
  /** What the button shows. */
  trigger: ReactNode;
  label?: string;
  className?: string;
  children: ReactNode;
  disabled?: boolean;
}

export function Menu({ trigger, label, className = "button", children, disabled = false }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger className={className} aria-label={label} title={label} disabled={disabled}>
        {trigger}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="menu-positioner" sideOffset={6} align="start" collisionPadding={8}>
          <Base.Popup className="menu">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({ icon, onSelect, children }: { icon?: IconName; onSelect(): void; children: ReactNode }) {
  return (
    <Base.Item className="menu-item" onClick={onSelect}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </Base.Item>
  );
}

/** One of several, marked. */
export function MenuChoice<T extends string>(props: {
  value: T | null;
  options: readonly { value: T | null; label: ReactNode }[];
  onChange(value: T | null): void;
}) {
  return (
    <Base.RadioGroup value={props.value ?? ""} onValueChange={(value: string) => props.onChange((value || null) as T)}>
      {props.options.map(({ value, label }) => (
        <Base.RadioItem key={value ?? ""} value={value ?? ""} className="menu-item" closeOnClick>
          <span className="menu-check">
            <Base.RadioItemIndicator>
              <Icon name="check" />
            </Base.RadioItemIndicator>
          </span>
          {label}
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

export function MenuToggle(props: { checked: boolean; onChange(checked: boolean): void; children: ReactNode }) {
  return (
    <Base.CheckboxItem className="menu-item" checked={props.checked} onCheckedChange={props.onChange}>
      <span className="menu-check">
        <Base.CheckboxItemIndicator>
          <Icon name="check" />
        </Base.CheckboxItemIndicator>
      </span>
      {props.children}
    </Base.CheckboxItem>
  );
}
