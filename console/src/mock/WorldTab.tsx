/** The session's world, its name, its time and its snapshots, side by side. */
import { ClockCard } from "./ClockCard";
import { SessionCard } from "./SessionCard";
import { SnapshotsCard } from "./SnapshotsCard";
import { WorldCard } from "./WorldCard";

export function WorldTab() {
  return (
    <div className="mock-cards">
      <WorldCard />
      <ClockCard />
      <SessionCard />
      <SnapshotsCard />
    </div>
  );
}
