namespace Metering.Conformance.Client;

/// <summary>
/// The assertions of <see cref="Reply"/> on an answer that is still to come, so that a call and what it must answer read as one sentence.
/// </summary>
public static class Replies
{
    public static async Task<Reply> Is(this Task<Reply> reply, params int[] statuses) => (await reply).Is(statuses);

    public static async Task<Reply> Succeeds(this Task<Reply> reply) => (await reply).Succeeds();

    public static async Task<Reply> Has(this Task<Reply> reply, string path, object? expected) => (await reply).Has(path, expected);

    public static async Task<Reply> HasHeader(this Task<Reply> reply, string name, string value) => (await reply).HasHeader(name, value);

    public static async Task<Reply> HasNoHeader(this Task<Reply> reply, string name) => (await reply).HasNoHeader(name);

    public static async Task<Reply> Refuses(this Task<Reply> reply, int status, string code) => (await reply).Refuses(status, code);

    public static async Task<Reply> RefusesField(this Task<Reply> reply, string pointer) => (await reply).RefusesField(pointer);

    public static async Task<Reply> RefusesSomehow(this Task<Reply> reply) => (await reply).RefusesSomehow();
}
