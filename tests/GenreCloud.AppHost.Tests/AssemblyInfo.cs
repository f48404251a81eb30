using Xunit.Sdk;
using Xunit.v3;

// Tests start the whole system, and one trains: side by side they would only wait for each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
