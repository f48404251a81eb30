using BenchmarkDotNet.Running;
using GenreCloud.Benchmarks;

if (TrainingThroughput.Owns(args))
{
    return await TrainingThroughput.RunAsync(args);
}

if (TelemetryCost.Owns(args))
{
    return await TelemetryCost.RunAsync(args);
}

BenchmarkSwitcher.FromAssembly(typeof(TelemetryCost).Assembly).Run(args);
return 0;
