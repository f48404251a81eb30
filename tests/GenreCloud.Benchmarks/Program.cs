using BenchmarkDotNet.Running;
using GenreCloud.Benchmarks;

if (TrainingThroughput.Owns(args))
{
    return await TrainingThroughput.RunAsync(args);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
