namespace Metering.Api;

/// <summary>Recognizes calls that come again with the same <c>Idempotency-Key</c>, where no license's own memory can (rule 8).</summary>
internal sealed class RememberedCalls(IRequestMemory requests, IMeterClock clock, MeterRules rules)
{
    /// <summary>What is remembered of a call; null when it came without a key.</summary>
    /// <param name="call">The call.</param>
    /// <param name="body">Its body.</param>
    /// <param name="about">What it is about, where the path names it: the same key may be used for another.</param>
    public RememberedCall? Of<T>(ApiCall call, JsonBody<T> body, string? about = null) => body.Key is null
        ? null
        : new RememberedCall(
            requests, call, about is null ? $"{call.Route.Name} {body.Key}" : $"{call.Route.Name} {about} {body.Key}", body.Hash,
            clock.UtcNow, rules.IdempotencyMemory);
}
