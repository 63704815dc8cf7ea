/** What a menu is made of once it is opened: loaded then, since no first view needs it. */
import { Menu as Base } from "@base-ui/react/menu";

import { Icon } from "./Icon";
import type { MenuChoiceProps, MenuItemProps, MenuProps, MenuToggleProps } from "./Menu";

export function OpenMenu({ trigger, label, className, children, disabled }: MenuProps) {
  return (
    <Base.Root modal={false} defaultOpen>
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

export function Item({ icon, onSelect, children }: MenuItemProps) {
  return (
    <Base.Item className="menu-item" onClick={onSelect}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </Base.Item>
  );
}

export function Choice<T extends string>(props: MenuChoiceProps<T>) {
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

export function Toggle(props: MenuToggleProps) {
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
