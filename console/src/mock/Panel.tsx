/** The mock's panel: a drawer below the page, which goes on beside it. Loaded when it is opened. */
import { Tabs } from "@base-ui/react/tabs";
import { useState, type ReactNode } from "react";

import { toggleMockPanel } from "../app/preferences";
import { Icon } from "../parts/Icon";
import { AnswersTab } from "./AnswersTab";
import { RequestsTab } from "./RequestsTab";
import { useServedRequests } from "./served";
import { WorldTab } from "./WorldTab";
import "./panel.css";

export default function Panel() {
  const [tab, setTab] = useState("world");
  // Followed while the panel is open, whichever of its parts is seen.
  const served = useServedRequests();
  return (
    <aside className="mock-panel" aria-label="Mock">
      <Tabs.Root className="mock-tabs" value={tab} onValueChange={(value: string) => setTab(value)}>
        <header className="mock-head">
          <span className="mode mock">mock</span>
          <Tabs.List className="mock-tab-list" aria-label="Parts of the mock panel">
            <Tab value="world">World</Tab>
            <Tab value="requests">
              Requests <small>{served.requests.length}</small>
            </Tab>
            <Tab value="answers">Answers</Tab>
          </Tabs.List>
          <span className="toolbar-space" />
          <button
            type="button"
            className="button quiet icon-only"
            aria-label="Close the mock panel"
            title="Close (~)"
            onClick={toggleMockPanel}
          >
            <Icon name="close" />
          </button>
        </header>
        <Tabs.Panel value="world" className="mock-body" tabIndex={-1}>
          <WorldTab />
        </Tabs.Panel>
        <Tabs.Panel value="requests" className="mock-body split" tabIndex={-1}>
          <RequestsTab {...served} />
        </Tabs.Panel>
        <Tabs.Panel value="answers" className="mock-body" tabIndex={-1}>
          <AnswersTab />
        </Tabs.Panel>
      </Tabs.Root>
    </aside>
  );
}

function Tab({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Tabs.Tab value={value} className="mock-tab">
      {children}
    </Tabs.Tab>
  );
}
