using Xunit.Sdk;
using Xunit.v3;

// Weights are drawn from torch's generator, which is one for the process: tests side by side would draw from each other's seeds.
[assembly: Parallelization(Mode = ParallelMode.None)]
