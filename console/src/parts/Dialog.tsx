import { Dialog as Base } from "@base-ui/react/dialog";
import { useRef, type ReactNode } from "react";

import { Icon } from "./Icon";

interface DialogProps {
  title: string;
  description?: ReactNode;
  onClose(): void;
  children: ReactNode;
  /** Buttons, the main one last. */
  actions?: ReactNode;
  wide?: boolean;
}

/** A modal dialog: focus stays within it, Escape closes it, and what opened it has the focus again. */
export function Dialog({ title, description, onClose, children, actions, wide = false }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  // A form begins with its first field, not with the button that closes it.
  const firstField = () => popup.current?.querySelector<HTMLElement>("[autofocus]") ?? true;
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup ref={popup} className={wide ? "dialog wide" : "dialog"} initialFocus={firstField}>
          {/* No landmark: until what is behind the dialog is hidden, its banner would be the page's second. */}
          <div className="dialog-head">
            <Base.Title className="dialog-title">{title}</Base.Title>
            <Base.Close className="button quiet icon-only" aria-label="Close">
              <Icon name="close" />
            </Base.Close>
          </div>
          {description !== undefined && <Base.Description className="muted">{description}</Base.Description>}
          <div className="dialog-body">{children}</div>
          {actions !== undefined && <div className="dialog-actions">{actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
