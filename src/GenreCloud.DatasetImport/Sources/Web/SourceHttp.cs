using System.Net;
using System.Net.Http.Headers;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>Asks other people's servers, once: redirects and cookies are followed, failures are told apart.</summary>
internal sealed class SourceHttp(IHttpClientFactory clients, IOptions<DatasetImportOptions> options, TimeProvider time)
{
    private const int MaxRedirects = 10;

    private readonly HttpClient _http = clients.CreateClient(SourceClient.Name);

    /// <summary>The headers of an answer; its body is read by the caller. Its request has the address that answered.</summary>
    /// <param name="address">Where to ask.</param>
    /// <param name="cookies">Of this download; gets those that are set.</param>
    /// <param name="range">Which bytes are wanted, first and last; null for all.</param>
    /// <param name="ifRange">What the file has to be for a range; null for anything.</param>
    /// <exception cref="SourceInterruptedException">No answer has come, or that it cannot be answered now.</exception>
    /// <exception cref="ImportFailedException">It leads to where this service does not go.</exception>
    public async Task<HttpResponseMessage> GetAsync(
        Uri address, CookieContainer cookies, (long First, long Last)? range, RangeConditionHeaderValue? ifRange, CancellationToken cancellationToken)
    {
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Range = range is { } wanted ? new RangeHeaderValue(wanted.First, wanted.Last) : null;
            request.Headers.IfRange = ifRange;
            if (cookies.GetCookieHeader(address) is { Length: > 0 } header)
            {
                request.Headers.Add("Cookie", header);
            }

            var response = await SendAsync(request, cancellationToken);
            Keep(cookies, address, response);
            if (RedirectOf(response) is not { } next)
            {
                return ThrowIfTransient(response, address);
            }

            response.Dispose();
            address = Follow(address, next);
        }

        throw new ImportFailedException(
            "The source leads nowhere", $"{SourceAddress.WithoutSecrets(address)}: {MaxRedirects} redirects are followed, and there are more.");
    }

    private static Uri? RedirectOf(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
            ? response.Headers.Location
            : null;

    /// <exception cref="ImportFailedException">It is no address for a source.</exception>
    private static Uri Follow(Uri address, Uri location)
    {
        var next = new Uri(address, location);
        var isAllowed = next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttp);
        return isAllowed
            ? next
            : throw new ImportFailedException(
                "The source leads to an address that is not opened",
                $"{SourceAddress.WithoutSecrets(address)} redirects to {SourceAddress.WithoutSecrets(next)}. Only http and https are followed, and never from https to http.");
    }

    private static void Keep(CookieContainer cookies, Uri address, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var values))
        {
            return;
        }

        foreach (var value in values)
        {
            try
            {
                cookies.SetCookies(address, value);
            }
            catch (CookieException)
            {
                // A cookie that its host may not set, or no cookie at all; a browser would leave it out as well.
            }
        }
    }

    private HttpResponseMessage ThrowIfTransient(HttpResponseMessage response, Uri address)
    {
        if (response.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout))
        {
            return response;
        }

        using (response)
        {
            var retryAfter = response.Headers.RetryAfter;
            throw new SourceInterruptedException(
                "The source is refused",
                $"{SourceAddress.WithoutSecrets(address)} answers {(int)response.StatusCode} {response.ReasonPhrase}. Try again later.",
                retryAfter?.Delta ?? (retryAfter?.Date - time.GetUtcNow() is { } until && until > TimeSpan.Zero ? until : null));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var name = SourceAddress.WithoutSecrets(request.RequestUri!);
        using var silence = new CancellationTokenSource(options.Value.SourceTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (HttpRequestException exception) when (exception.InnerException is PrivateAddressException refused)
        {
            throw new ImportFailedException("The source is a private address", $"{name}: {refused.Message}");
        }
        catch (HttpRequestException exception)
        {
            throw new SourceInterruptedException(
                "The source cannot be reached", $"{name}: {exception.Message} Check the address, and that this service's machine reaches that host.");
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SourceInterruptedException(
                "The source does not answer",
                $"{name} sent nothing for {options.Value.SourceTimeout.TotalSeconds:N0} seconds (DatasetImport:SourceTimeout). Try again later, or download it and give the file.");
        }
    }
}
