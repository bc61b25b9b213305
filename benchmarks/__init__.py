"""Speed, memory and start-up, measured side by side with other libraries: python -m benchmarks."""
