namespace Metering.Client.Tests.Support;

public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("metering-queue-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
