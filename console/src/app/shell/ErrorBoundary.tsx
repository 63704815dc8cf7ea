import { Component, type ReactNode } from "react";

/** Catches what a page throws. A part of the console that is no longer there was replaced by a newer build: reload. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const missing = error instanceof TypeError && /module|import/i.test(error.message);
    return (
      <div className="page">
        <div className="empty" role="alert">
          <h1>{missing ? "The console was updated" : "This page broke"}</h1>
          <p>
            {missing
              ? "A part of it is no longer there in this version. Nothing is lost: the address of this page says it all."
              : "That is a fault of the console. What is stored is not affected."}
          </p>
          <button type="button" className="button primary" onClick={() => location.reload()}>
            Reload
          </button>
        </div>
      </div>
    );
  }
}
