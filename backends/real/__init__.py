"""The services of the real world. Imported only where real mode was chosen: the SDKs behind them are heavy."""
