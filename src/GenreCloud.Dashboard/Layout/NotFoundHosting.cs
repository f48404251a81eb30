using Microsoft.AspNetCore.Diagnostics;

namespace GenreCloud.Dashboard.Layout;

/// <summary>A page for who opens an address at which there is none; programs get problem details there.</summary>
internal static class NotFoundHosting
{
    public static void UseNotFoundPage(this WebApplication app)
    {
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use((http, next) =>
        {
            if (!PageRequest.IsOne(http))
            {
                http.Features.Get<IStatusCodePagesFeature>()!.Enabled = false;
            }

            return next(http);
        });

        // The page is found behind the authorization that the request has passed without it.
        app.UseWhen(http => http.Features.Get<IStatusCodeReExecuteFeature>() is not null, page => page.UseAuthorization());
    }
}
