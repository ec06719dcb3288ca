using System.Text;

namespace Metering.Cli.Runs;

/// <summary>Files that the user names.</summary>
internal static class Files
{
    /// <summary>A path that stands for what is piped in or out.</summary>
    public const string Pipe = "-";

    /// <exception cref="ToolException">There is no such file.</exception>
    public static Stream Read(string path, Surroundings around)
    {
        if (path == Pipe)
        {
            return around.Input;
        }

        if (!File.Exists(path))
        {
            throw new ToolException(ExitCode.File, Directory.Exists(path) ? $"{path} is a folder." : $"There is no file {path}.");
        }

        return File.OpenRead(path);
    }

    /// <summary>Writes a file whole or not at all: beside its place first, then into it.</summary>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        var made = path + ".part";
        try
        {
            var file = new FileStream(made, FileMode.Create, FileAccess.Write);
            await using (file.ConfigureAwait(false))
            {
                await write(file).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(made, path, overwrite: true);
        }
        catch
        {
            File.Delete(made);
            throw;
        }
    }

    public static Task WriteAsync(string path, string text) =>
        WriteAsync(path, file => file.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask());
}
