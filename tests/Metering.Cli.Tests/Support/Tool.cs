using System.Text;
using Metering.Cli.Runs;
using Metering.Client.Tests.Support;

namespace Metering.Cli.Tests.Support;

/// <summary>The tool as a shell runs it, with a user's folder, environment and terminal of its own.</summary>
public sealed class Tool : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public Tool(Meter? meter = null)
    {
        if (meter is not null)
        {
            (this["METERING_URL"], this["METERING_TOKEN"]) = (meter.Address.ToString(), Meter.Token);
        }
    }

    /// <summary>Whether somebody sits before it.</summary>
    public bool IsTerminal { get; init; }

    public int Width { get; init; } = 400;

    /// <summary>How long <c>doctor</c> waits for an answer: longer than for a person, because the machine may be very busy.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    public string Home => _folder.Path;

    public string this[string variable]
    {
        set => _variables[variable] = value;
    }

    public string PathOf(string name) => Path.Combine(_folder.Path, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public Task<Ran> RunAsync(params string[] args) => RunAsync(input: "", args);

    public Task<Ran> RunAsync(string input, string[] args) =>
        RunAsync(new MemoryStream(Encoding.UTF8.GetBytes(input)), new StringWriter(), new StringWriter(), args, CancellationToken.None);

    public async Task<Ran> RunAsync(Stream input, StringWriter output, StringWriter error, string[] args, CancellationToken stop)
    {
        var exit = await MeterTool.RunAsync(
            args,
            new Surroundings
            {
                Input = input,
                Output = TextWriter.Synchronized(output),
                Error = TextWriter.Synchronized(error),
                Variable = _variables.GetValueOrDefault,
                SettingsFolder = PathOf("settings"),
                IsInputTerminal = IsTerminal,
                IsOutputTerminal = IsTerminal,
                IsErrorTerminal = IsTerminal,
                Width = Width,
                Patience = Patience,
                ReadHidden = () => new StreamReader(input).ReadLine() ?? "",
            },
            stop);
        return new Ran(exit, output.ToString(), error.ToString());
    }

    public void Dispose() => _folder.Dispose();
}
