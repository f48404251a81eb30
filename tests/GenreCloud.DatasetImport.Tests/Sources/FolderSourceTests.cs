using System.IO.Compression;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>A folder is imported like the zip that it would be.</summary>
public sealed class FolderSourceTests(AzuriteFixture azurite, ImportService imports) : IClassFixture<ImportService>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_folder_of_pictures_with_labels_becomes_a_dataset()
    {
        using var folder = new TemporaryFolder();
        var zip = SourceZip.WithTracks(3, "rock", "jazz");
        using (var archive = new ZipArchive(new MemoryStream(zip.ToBytes()), ZipArchiveMode.Read))
        {
            await archive.ExtractToDirectoryAsync(folder.Path, CancellationToken);
        }

        var import = await imports.Host.EndOfAsync(await imports.Host.StartImportAsync("folder", new ImportSource { Path = folder.Path }));

        import.Error.ShouldBeNull();
        import.Progress.Imported.ShouldBe(3);
        (await imports.Host.GetManifestAsync("folder", 1)).Source.FileName.ShouldBe($"{Path.GetFileName(folder.Path)}.zip");
    }

    [Fact]
    public async Task The_same_files_are_the_same_bytes_in_the_order_of_their_names()
    {
        await using var service = await StagingService.StartAsync(azurite.NewAccount());
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        string[] names = ["b.csv", "a/z.png", "a/b/c.png", "\u00e4.png", "A.png"];
        foreach (var name in names)
        {
            first.Write(name, [1, 2, 3]);
        }

        foreach (var name in names.Reverse())
        {
            File.SetLastWriteTimeUtc(second.Write(name, [1, 2, 3]), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        }

        var staged = await service.StageAsync(new ImportSource { Path = first.Path });

        (await service.StageAsync(new ImportSource { Path = second.Path })).Blob.ShouldBe(staged.Blob);
        using var zip = new ZipArchive(new MemoryStream(await service.ReadAsync(staged)), ZipArchiveMode.Read);
        zip.Entries.Select(entry => entry.FullName).ShouldBe(["A.png", "a/b/c.png", "a/z.png", "b.csv", "\u00e4.png"]);
        zip.Entries.ShouldAllBe(entry => entry.CompressedLength == 3 && entry.LastWriteTime.Year == 1980);
    }

    [Fact]
    public async Task Links_and_hidden_files_are_left_out()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        await using var service = await StagingService.StartAsync(azurite.NewAccount());
        using var outside = new TemporaryFolder();
        outside.Write("secret.png", [7]);
        using var folder = new TemporaryFolder();
        folder.Write("a.png", [1]);
        folder.Write(".hidden.png", [1]);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "file.png"), Path.Combine(outside.Path, "secret.png"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "folder"), outside.Path);

        using var zip = new ZipArchive(new MemoryStream(await service.ReadAsync(await service.StageAsync(new ImportSource { Path = folder.Path }))), ZipArchiveMode.Read);

        zip.Entries.Select(entry => entry.FullName).ShouldBe(["a.png"]);
    }

    [Fact]
    public async Task An_empty_folder_and_one_with_too_many_files_are_refused()
    {
        await using var service = await StagingService.StartAsync(azurite.NewAccount(), settings: ("DatasetImport:MaxEntries", "2"));
        using var folder = new TemporaryFolder();
        var source = new ImportSource { Path = folder.Path };

        (await Should.ThrowAsync<ImportFailedException>(() => service.StageAsync(source))).Title.ShouldBe("The folder is empty");
        foreach (var i in Enumerable.Range(0, 3))
        {
            folder.Write($"{i}.png", [1]);
        }

        (await Should.ThrowAsync<ImportFailedException>(() => service.StageAsync(source))).Title.ShouldBe("The folder has too many files");
    }

    [Fact]
    public async Task A_local_file_that_is_broken_off_goes_on_with_the_blocks_that_are_missing()
    {
        var account = azurite.NewAccount();
        var archive = StagingService.Archive(9);
        using var folder = new TemporaryFolder();
        var source = new ImportSource { Path = folder.Write("a.zip", archive) };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        await using (var first = await StagingService.StartAsync(account, tuning => tuning with { ParallelBlocks = 1 }))
        {
            await Should.ThrowAsync<OperationCanceledException>(() => first.StageAsync(source, onProgress: StopAfterFourBlocks, cancellationToken: stop.Token));

            void StopAfterFourBlocks(long bytes, long? all)
            {
                if (bytes > 4 * StagingService.BlockBytes)
                {
                    stop.Cancel();
                }
            }
        }

        var there = await StoredFiles.BlocksAsync(account, CancellationToken);
        there.Count.ShouldBe(4);
        await using var second = await StagingService.StartAsync(account);
        var reached = new List<long>();

        await second.ShouldHaveAsync(await second.StageAsync(source, onProgress: (bytes, _) => reached.Add(bytes)), archive);

        reached[0].ShouldBeGreaterThanOrEqualTo(there.Count * StagingService.BlockBytes);
    }
}
