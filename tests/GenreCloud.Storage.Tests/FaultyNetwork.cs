using System.Collections.Concurrent;
using System.Threading.Channels;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace GenreCloud.Storage.Tests;

/// <summary>
/// Sits between the SDK and the real Azurite: counts requests, tells when one has been answered, and can cut the line.
/// </summary>
internal sealed class FaultyNetwork : HttpPipelineSynchronousPolicy
{
    private readonly ConcurrentDictionary<string, int> _answered = new();
    private readonly Channel<RequestMethod> _requests = Channel.CreateUnbounded<RequestMethod>();

    public bool IsCut { get; set; }

    public override void OnSendingRequest(HttpMessage message)
    {
        if (IsCut)
        {
            _requests.Writer.TryWrite(message.Request.Method);
            throw new RequestFailedException("The line is cut.");
        }
    }

    public override void OnReceivedResponse(HttpMessage message)
    {
        _answered.AddOrUpdate(message.Request.Method.Method, 1, (_, count) => count + 1);
        _requests.Writer.TryWrite(message.Request.Method);
    }

    public int Answered(RequestMethod method) => _answered.GetValueOrDefault(method.Method);

    /// <summary>Forgets the requests so far.</summary>
    public void Reset()
    {
        _answered.Clear();
        while (_requests.Reader.TryRead(out _))
        {
        }
    }

    /// <summary>Waits for the next request to be answered or cut.</summary>
    public ValueTask<RequestMethod> NextAsync(CancellationToken cancellationToken) => _requests.Reader.ReadAsync(cancellationToken);

    /// <summary>Puts this network in front of a client, without the SDK's own retries.</summary>
    public TOptions Apply<TOptions>(TOptions options)
        where TOptions : ClientOptions
    {
        options.Retry.MaxRetries = 0;
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return options;
    }
}
