namespace GenreCloud.Dashboard.Access;

/// <summary>
/// Puts the key of the cookie where the services look for one, before anything asks who calls: a browser sends no such header with a page, a picture or a
/// WebSocket. The key in the form that signs in is put there too, so that it is looked at as any other is, wrong ones counted.
/// </summary>
internal sealed class KeyFromCookie : IStartupFilter
{
    /// <summary>Of the form that signs in.</summary>
    public const string Field = "Form.Key";

    /// <summary>Of the request: the key that it did not bring itself.</summary>
    public static readonly object Item = new();

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (http, following) =>
        {
            var request = http.Request;
            if (!request.Headers.ContainsKey(SignedInKey.Header) && !request.Headers.ContainsKey("Authorization")
                && (await FormKeyAsync(request) ?? http.RequestServices.GetRequiredService<SignedInKey>().Read(request)) is { } key)
            {
                request.Headers[SignedInKey.Header] = key;
                http.Items[Item] = key;
            }

            await following(http);
        });
        next(app);
    };

    private static async Task<string?> FormKeyAsync(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Path == SignInPaths.SignIn && request.HasFormContentType
        && (await request.ReadFormAsync(request.HttpContext.RequestAborted))[Field].ToString().Trim() is { Length: > 0 } key
            ? key
            : null;
}
