namespace GenreCloud.Standalone.Demo;

/// <summary>A step of the demo did not do its work; the message says which and why.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
