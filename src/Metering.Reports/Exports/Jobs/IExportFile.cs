namespace Metering.Reports;

/// <summary>A file that is being written. Disposing one that was not published takes it away.</summary>
public interface IExportFile : IAsyncDisposable
{
    /// <summary>Where to write.</summary>
    Stream Content { get; }

    /// <summary>Makes all of it durable, and then visible under its name, in one step.</summary>
    ValueTask PublishAsync(CancellationToken cancellationToken);
}
