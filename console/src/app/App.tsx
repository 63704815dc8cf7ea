import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";

import { queryClient } from "./queryClient";
import { findRunningRefresh, stopFollowing } from "./refreshing";
import { lockWhenIdle } from "./session";
import { Frame } from "./shell/Frame";

export function App() {
  useEffect(() => {
    findRunningRefresh();
    return lockWhenIdle(() => {
      stopFollowing();
      queryClient.clear();
    });
  }, []);
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <Frame />
      </QueryClientProvider>
    </CSPProvider>
  );
}
