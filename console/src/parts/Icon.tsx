/** The console's own icons: 16 units square, drawn with the text's colour. */
const PATHS = {
  overview: "M2.5 13.500h11M4.5 11V8M8 11V4M11.5 11V6.5",
  wallet: "M2.5 5A1.5 1.5 0 0 1 4 3.500h8.500v2M2.5 5v6.500A1 1 0 0 0 3.5 12.500h10v-7H3.500A1 1 0 0 1 2.5 5zM11 9h.01",
  token: "M8 2.500a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5.500v5M6 8h4",
  funding: "M8 2.500v8M4.8 7.5 8 10.700l3.2-3.200M3 13.500h10",
  launch: "M9.5 3.500c2-1 3.5-1 3.5-1s0 1.5-1 3.500c-1 1.9-3 3.5-4.5 4.500L5.5 8.500C6.5 7 7.8 4.6 9.5 3.500zM5 8.500l-2 .5 1-2.5 2.5-.5M7.5 11l-.5 2 2.5-1 .5-2.5",
  refresh: "M13 4v3h-3M3 12V9h3M12.6 7A5 5 0 0 0 4 5M3.4 9A5 5 0 0 0 12 11",
  audit: "M4 2.500h8v11H4zM6 5.500h4M6 8h4M6 10.500h2.5",
  import: "M8 9.500v-7M5 5.500l3-3 3 3M3 10.500v3h10v-3",
  settings: "M2.5 5h6M11.5 5h2M2.5 11h2M7.5 11h6M10 3.500v3M6 9.500v3",
  search: "M7 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM10 10l3.5 3.5",
  close: "M4 4l8 8M12 4l-8 8",
  check: "M3.5 8.5 6.5 11.5 12.5 5",
  down: "M4.5 6.5 8 10l3.5-3.5",
  up: "M4.5 9.5 8 6l3.5 3.5",
  back: "M9.5 4 5.5 8l4 4",
  copy: "M5.5 5.500v-3h8v8h-3M2.5 5.500h8v8h-8z",
  columns: "M2.5 3.500h11v9h-11zM6.2 3.500v9M9.8 3.500v9",
  download: "M8 2.500v7M5 6.500l3 3 3-3M3 10.500v3h10v-3",
  edit: "M3 13l.6-2.6 7-7 2 2-7 7zM9 5l2 2",
  sun: "M8 5.200a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.600zM8 1.500v1.500M8 13v1.500M1.5 8H3M13 8h1.500M3.4 3.400l1 1M11.6 11.600l1 1M12.6 3.400l-1 1M4.4 11.600l-1 1",
  moon: "M13 9.500A5.5 5.5 0 1 1 6.5 3 4.5 4.5 0 0 0 13 9.500z",
  system: "M2.5 3.500h11v7h-11zM6 13.500h4M8 10.500v3",
  clock: "M8 2.500a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5v3l2 1.5",
  warning: "M8 3 14 13.500H2zM8 7v3M8 11.800h.01",
  out: "M9 3h4v4M13 3 7.5 8.500M11 9.500v3.500H3V5h3.5",
  user: "M8 3a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM3 13.500c.5-2.5 2.5-3.5 5-3.500s4.5 1 5 3.5",
  tag: "M2.5 3v4.500l6 6 5-5-6-6H3zM5.3 5.300h.01",
  status: "M8 2.500a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5.500a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  menu: "M2.5 4.500h11M2.5 8h11M2.5 11.500h11",
  key: "M10.5 3a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8.7 7.3 3 13M5 11l1.5 1.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
