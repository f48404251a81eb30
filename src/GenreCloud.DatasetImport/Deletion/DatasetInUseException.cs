namespace GenreCloud.DatasetImport.Deletion;

/// <summary>A dataset version is not deleted, because jobs use it. The message says which, and what to do.</summary>
internal sealed class DatasetInUseException(string name, IReadOnlyList<int> versions, IReadOnlyList<DatasetUser> users)
    : Exception(Describe(name, versions, users))
{
    /// <summary>Of the users in the message; whoever has more of them is helped by none.</summary>
    private const int NamedAtMost = 20;

    private static string Describe(string name, IReadOnlyList<int> versions, IReadOnlyList<DatasetUser> users)
    {
        var named = string.Join(", ", users.Take(NamedAtMost).Select(Describe));
        var others = users.Count > NamedAtMost ? $" and {users.Count - NamedAtMost} others" : "";
        return $"{name} version {string.Join(", ", versions)}: {named}{others}. Wait until they have ended, or cancel them "
            + "(DELETE /api/runs/ID, /api/sweeps/ID, /api/evaluations/ID, /api/imports/ID), then delete again.";
    }

    private static string Describe(DatasetUser user) =>
        $"{user.Kind.ToString().ToLowerInvariant()} {user.Id}{(user.Sweep is { } sweep ? $" of sweep {sweep}" : "")}";
}
