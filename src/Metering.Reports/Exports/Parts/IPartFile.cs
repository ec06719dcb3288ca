namespace Metering.Reports;

/// <summary>A file that may be written in parts.</summary>
public interface IPartFile : IExportFile
{
    /// <summary>Makes what was written so far durable, though nobody sees it yet. Nothing can be written afterwards.</summary>
    /// <returns>By what <see cref="IExportParts.ContinueAsync"/> goes on with it.</returns>
    ValueTask<string> SuspendAsync(CancellationToken cancellationToken);
}
