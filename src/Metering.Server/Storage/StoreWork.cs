using Microsoft.Data.Sqlite;

namespace Metering.Server.Storage;

/// <summary>
/// A piece of work for the store's writer. It may be done more than once before it counts, so it must do the same each time.
/// </summary>
internal abstract class StoreWork
{
    /// <summary>Does it, in the transaction that is open.</summary>
    internal abstract void Do(Database database);

    /// <summary>Tells whoever waits that it is durable.</summary>
    internal abstract void Done();

    /// <summary>Tells whoever waits that nothing of it happened.</summary>
    internal abstract void Failed(Exception cause);
}

/// <summary>A piece of work with a result.</summary>
/// <typeparam name="T">What it results in.</typeparam>
/// <param name="file">The file, for messages.</param>
/// <param name="work">The work.</param>
internal sealed class StoreWork<T>(string file, Func<Database, T> work) : StoreWork
{
    // Asynchronously, or whoever waits would go on on the thread that writes.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    /// <summary>The result, once it is durable.</summary>
    internal Task<T> Result => _done.Task;

    internal override void Do(Database database) => _result = work(database);

    internal override void Done() => _done.SetResult(_result!);

    internal override void Failed(Exception cause) => _done.SetException(
        cause is SqliteException ? new StoreUnavailableException($"{file} cannot be written ({cause.Message}).", cause) : cause);
}
