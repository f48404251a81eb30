using Xunit;

namespace GenreCloud.Testing;

/// <summary>What a test needs and a machine may lack.</summary>
public static class Prerequisite
{
    /// <summary>Ends the test: failed where the environment has CI=true, skipped with the reason elsewhere.</summary>
    public static void Missing(string reason)
    {
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }
}
