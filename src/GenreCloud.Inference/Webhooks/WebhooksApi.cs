using System.ComponentModel;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Webhooks;

/// <summary>Have other programs told of changes in the model registry.</summary>
internal static class WebhooksApi
{
    private const int DefaultDeliveries = 50;
    private const int MaxDeliveries = 500;
    private const int MaxDescriptionLength = 200;

    /// <summary>Each is looked after every two seconds.</summary>
    private const int MaxWebhooks = 50;

    public static IEndpointRouteBuilder MapWebhooks(this IEndpointRouteBuilder app)
    {
        var webhooks = app.MapGroup("/api/webhooks").WithTags("Webhooks");
        webhooks.MapPost("/", CreateAsync)
            .WithName("CreateWebhook")
            .WithRequestExample(new WebhookRequest { Url = new Uri("https://ci.example.com/hooks/genrecloud"), Model = "genres", Description = "deploys what is promoted" })
            .WithSummary("Have an address told of what changes from now on")
            .WithDescription("The answer has the secret that signs (Standard Webhooks 1.0); it is shown this once.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict);
        webhooks.MapGet("/", ListAsync).WithName("ListWebhooks").WithSummary("List the webhooks, without their secrets");
        webhooks.MapDelete("/{id}", DeleteAsync)
            .WithName("DeleteWebhook").WithSummary("Tell an address no more").ProducesProblem(StatusCodes.Status404NotFound);
        webhooks.MapGet("/{id}/deliveries", ListDeliveriesAsync)
            .WithName("ListWebhookDeliveries")
            .WithSummary("What became of the events for a webhook, the newest first")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static async Task<Created<NewWebhook>> CreateAsync(
        WebhookRequest request,
        WebhookStore webhooks,
        ModelRegistry registry,
        IOptions<WebhookOptions> options,
        TimeProvider time,
        HttpContext http,
        CancellationToken cancellationToken)
    {
        if (WebhookClient.FaultOf(request.Url, options.Value.AllowPrivateAddresses) is { } fault)
        {
            throw Invalid("The address cannot be a webhook", fault);
        }

        if (request.Model is { } model && !ModelName.IsValid(model))
        {
            throw Invalid("model is no name of a model", $"\"{model}\": {ModelName.Rule}");
        }

        if (request.Description?.Length > MaxDescriptionLength)
        {
            throw Invalid("description is too long", $"It has {request.Description.Length} characters; give up to {MaxDescriptionLength}.");
        }

        if ((await webhooks.ListAsync(cancellationToken)).Count >= MaxWebhooks)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, "There are too many webhooks", $"There are {MaxWebhooks}. Delete one that is not needed.");
        }

        var now = time.GetUtcNow();
        var webhook = new Webhook
        {
            Id = Guid.CreateVersion7(now).ToString("n"),
            Url = request.Url!,
            Secret = WebhookSignature.NewSecret(),
            Model = request.Model,
            Description = request.Description,
            CreatedAt = now,
            CreatedBy = Caller.NameOf(http),
        };
        await webhooks.CreateAsync(webhook, await registry.GetHistoryLengthsAsync(cancellationToken), cancellationToken);
        var shown = webhook.Summary;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/webhooks/{webhook.Id}/deliveries", new NewWebhook
        {
            Id = shown.Id,
            Host = shown.Host,
            Model = shown.Model,
            Description = shown.Description,
            CreatedAt = shown.CreatedAt,
            CreatedBy = shown.CreatedBy,
            Secret = webhook.Secret,
        });
    }

    private static async Task<Ok<WebhookSummary[]>> ListAsync(WebhookStore webhooks, CancellationToken cancellationToken) =>
        TypedResults.Ok((await webhooks.ListAsync(cancellationToken)).Select(webhook => webhook.Summary).ToArray());

    private static async Task<NoContent> DeleteAsync(string id, WebhookStore webhooks, CancellationToken cancellationToken) =>
        await webhooks.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : throw Unknown(id);

    private static async Task<Ok<IReadOnlyList<WebhookDelivery>>> ListDeliveriesAsync(
        string id,
        WebhookStore webhooks,
        [Description("At most so many, 1 to 500; 50 unless given.")] int? limit,
        CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxDeliveries)
        {
            throw Invalid("limit is out of range", $"limit is {limit}; it must lie between 1 and {MaxDeliveries}.");
        }

        return await webhooks.FindAsync(id, cancellationToken) is null
            ? throw Unknown(id)
            : TypedResults.Ok(await webhooks.ListDeliveriesAsync(id, limit ?? DefaultDeliveries, cancellationToken));
    }

    private static ProblemException Unknown(string id) =>
        new(StatusCodes.Status404NotFound, "Unknown webhook", $"There is no webhook {id}. GET /api/webhooks lists them.");

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}
