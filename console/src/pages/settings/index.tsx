import { theme, THEMES, useTheme, useZone, zone, ZONES, explorer, EXPLORERS, useExplorer } from "../../app/preferences";
import { Choices } from "../../parts/Choices";
import { Section } from "../../parts/Section";
import { About } from "./About";
import { Credentials } from "./Credentials";

/** What a person chose on this machine, and what the console talks to. */
export default function SettingsPage() {
  const site = useExplorer();
  return (
    <div className="page settings">
      <header className="page-head">
        <h1>Settings</h1>
      </header>
      <Section title="Appearance">
        <div className="form">
          <Choices
            legend="Theme"
            name="theme"
            value={useTheme()}
            options={THEMES.map((value) => ({ value, label: { system: "As the system", light: "Light", dark: "Dark" }[value] }))}
            onChange={(value) => theme.set(value)}
          />
          <Choices
            legend="Times"
            name="zone"
            value={useZone()}
            options={ZONES.map((value) => ({ value, label: { utc: "UTC", local: `Local (${localZone()})` }[value] }))}
            onChange={(value) => zone.set(value)}
            hint="What is copied or exported is UTC in any case."
          />
        </div>
      </Section>
      <Section title="Links to an explorer">
        <Choices
          legend="At a wallet's full address"
          name="explorer"
          value={site}
          options={EXPLORERS.map((value) => ({ value, label: value === "none" ? "None" : value }))}
          onChange={(value) => explorer.set(value)}
          hint={
            site === "none"
              ? "Nothing outside of this server learns what you look at."
              : `${site} learns which addresses you open there, and from where. It is not told which page you came from.`
          }
        />
      </Section>
      <Credentials />
      <About />
    </div>
  );
}

function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
