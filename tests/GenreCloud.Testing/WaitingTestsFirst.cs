using Xunit.Sdk;
using Xunit.v3;

namespace GenreCloud.Testing;

/// <summary>
/// Begins with the tests that mostly wait, for a lease to run out above all, so that the others run beside them: declare
/// <c>[assembly: TestCollectionOrderer(typeof(WaitingTestsFirst))]</c>, and on the tests' class <c>[Collection(WaitingTestsFirst.Collection)]</c>.
/// </summary>
public sealed class WaitingTestsFirst : ITestCollectionOrderer
{
    public const string Collection = "mostly waits";

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName != Collection)];
}
