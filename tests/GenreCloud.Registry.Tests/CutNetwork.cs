using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace GenreCloud.Registry.Tests;

/// <summary>Lets a process die, as the storage sees it: from the first write of a blob with this ending on, nothing arrives.</summary>
internal sealed class CutNetwork(string ending) : HttpPipelineSynchronousPolicy
{
    private bool _isCut;

    public override void OnSendingRequest(HttpMessage message)
    {
        _isCut |= message.Request.Method == RequestMethod.Put
            && message.Request.Uri.Path.EndsWith(ending, StringComparison.Ordinal);
        if (_isCut)
        {
            throw new RequestFailedException("The line is cut.");
        }
    }
}
