using BenchmarkDotNet.Running;
using GenreCloud.Benchmarks;
using GenreCloud.Benchmarks.Accuracy;
using GenreCloud.Benchmarks.Serving;

if (TrainingThroughput.Owns(args))
{
    return await TrainingThroughput.RunAsync(args);
}

if (LoaderThroughput.Owns(args))
{
    await LoaderThroughput.RunAsync(args);
    return 0;
}

if (ImportThroughput.Owns(args))
{
    await ImportThroughput.RunAsync(args);
    return 0;
}

if (ResumeCost.Owns(args))
{
    await ResumeCost.RunAsync(args);
    return 0;
}

if (TelemetryCost.Owns(args))
{
    return await TelemetryCost.RunAsync(args);
}

if (StartTime.Owns(args))
{
    return await StartTime.RunAsync(args);
}

if (AccuracyStudy.Owns(args))
{
    return await AccuracyStudy.RunAsync(args);
}

if (AnswerTime.Owns(args))
{
    return AnswerTime.Run(args);
}

if (SongTime.Owns(args))
{
    return await SongTime.RunAsync(args);
}

if (PaddingStudy.Owns(args))
{
    return await PaddingStudy.RunAsync(args);
}

if (ServeBenchmark.Owns(args))
{
    return await ServeBenchmark.RunAsync(args);
}

if (WhyBenchmark.Owns(args))
{
    return await WhyBenchmark.RunAsync(args);
}

if (SoakBenchmark.Owns(args))
{
    return await SoakBenchmark.RunAsync(args);
}

BenchmarkSwitcher.FromAssembly(typeof(TelemetryCost).Assembly).Run(args);
return 0;
