namespace GenreCloud.Dashboard.Access;

/// <summary>Where people sign in and out.</summary>
internal static class SignInPaths
{
    public const string SignIn = "/sign-in";

    public const string SignOut = "/sign-out";

    /// <summary>Back to where someone wanted to go, as long as that is one of our pages.</summary>
    public static string Local(string? returnUrl) =>
        returnUrl is ['/', ..] and not ['/', '/' or '\\', ..] && Uri.IsWellFormedUriString(returnUrl, UriKind.Relative) ? returnUrl : "/";
}
