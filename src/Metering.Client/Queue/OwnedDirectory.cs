namespace Metering.Client;

/// <summary>A directory that belongs to one process: who opens it while another has it is told so.</summary>
internal sealed class OwnedDirectory : IDisposable
{
    private readonly FileStream _owner;

    /// <summary>Makes the directory if need be, and takes it.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="what">What lies in it, as the message of the exception names it: <c>queue</c>.</param>
    /// <exception cref="MeteringException">Another process has it, or another object of this one.</exception>
    /// <exception cref="IOException">The directory can't be read or written.</exception>
    public OwnedDirectory(string path, string what)
    {
        Directory.CreateDirectory(path);
        var file = Path.Combine(path, "owner");
        try
        {
            _owner = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (File.Exists(file))
        {
            throw new MeteringException($"The {what} in {path} is open already: each process needs a directory of its own.", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();
}
