using GenreCloud.Inference.Serving;
using GenreCloud.Testing;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Tests.Serving;

/// <summary>Which versions stay loaded within the memory that they may take.</summary>
public sealed class ModelMemoryTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "old")]
    [InlineData(10, "old")]
    [InlineData(11, "old recent")]
    [InlineData(21, "old recent production")]
    [InlineData(1000, "old recent production busiest")]
    public void The_version_used_longest_ago_goes_first_and_one_in_production_last(long excessBytes, string goes)
    {
        LoadedVersion[] versions =
        [
            new("recent", 1, 10, IsPreferred: false, LastUse: 30),
            new("busiest", 1, 10, IsPreferred: true, LastUse: 40),
            new("production", 1, 10, IsPreferred: true, LastUse: 10),
            new("old", 1, 10, IsPreferred: false, LastUse: 20),
        ];

        string.Join(' ', ModelEviction.Choose(versions, excessBytes).Select(version => version.Model)).ShouldBe(goes);
    }

    [Fact]
    public async Task A_version_counts_with_more_than_its_file_and_all_of_one_architecture_with_as_much_as_the_largest()
    {
        var account = azurite.NewAccount();
        using var server = new ModelServer(TestModel.RegistryOf(account), Options.Create(new InferenceOptions()), TimeProvider.System);
        var card = await TestModel.Quick[0].RegisterAsync(account);
        await TestModel.Quick[1].RegisterAsync(account);

        await UseAsync(server, "genres", 1);
        var one = server.MemoryBytes;
        server.Unload("genres", 1);
        server.MemoryBytes.ShouldBe(0);
        await UseAsync(server, "genres", 2);

        one.ShouldBeGreaterThanOrEqualTo(card.SizeBytes);
        server.MemoryBytes.ShouldBeGreaterThanOrEqualTo(one);
    }

    [Fact]
    public async Task There_is_room_for_what_is_loaded_and_for_what_is_known_to_fit()
    {
        var account = azurite.NewAccount();
        var options = new InferenceOptions();
        using var server = new ModelServer(TestModel.RegistryOf(account), Options.Create(options), TimeProvider.System);
        await TestModel.Quick[0].RegisterAsync(account, "one");
        await TestModel.Quick[0].RegisterAsync(account, "other");
        await UseAsync(server, "one");
        options.ModelMemoryBytes = 1;
        await UseAsync(server, "other");

        server.IsLoaded("one", 1).ShouldBeFalse();
        server.HasRoomFor("other", 1).ShouldBeTrue();
        server.HasRoomFor("one", 1).ShouldBeFalse();
        options.ModelMemoryBytes = 1L << 40;
        server.HasRoomFor("one", 1).ShouldBeTrue();
    }

    private static async Task UseAsync(ModelServer server, string model, int version = 1)
    {
        using var use = await server.UseAsync(model, version, CancellationToken);
    }
}
