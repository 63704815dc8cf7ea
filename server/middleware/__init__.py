"""Pure ASGI layers around the application: metrics, traces, the headers that every answer carries."""
