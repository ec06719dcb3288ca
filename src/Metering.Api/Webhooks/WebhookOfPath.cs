namespace Metering.Api;

/// <summary>The webhook that a path names.</summary>
internal static class WebhookOfPath
{
    /// <exception cref="ProblemException">There is no such webhook.</exception>
    public static async Task<Webhook> FindAsync(IWebhooks store, ApiCall call)
    {
        var id = call.Path("id");
        return await store.FindAsync(id, call.Aborted).ConfigureAwait(false) ?? throw None(id);
    }

    /// <summary>There is no such webhook.</summary>
    public static ProblemException None(string id) => new(new Problem(ProblemCode.WebhookNotFound, $"There is no webhook {id}."));
}
