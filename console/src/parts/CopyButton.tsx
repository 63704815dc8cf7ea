import { useEffect, useState } from "react";

import { Icon } from "./Icon";

const TOLD_MILLISECONDS = 1500;

/** Copies exactly `text`. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), TOLD_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className="button quiet icon-only"
      aria-label={copied ? "Copied" : `Copy ${what}`}
      title={`Copy ${what}`}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <Icon name={copied ? "check" : "copy"} />
    </button>
  );
}
