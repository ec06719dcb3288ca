using System.Text.Json;
using Metering.Cli.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Metering.Cli.Output;

/// <summary>Where answers go: as JSON for programs, as text for people.</summary>
internal sealed class Screen
{
    private readonly TextWriter _output;
    private readonly bool _isTerminal;
    private readonly JsonSerializerOptions _documents;

    public Screen(Surroundings around, bool json, bool noColor)
    {
        (IsJson, _output, _isTerminal) = (json, around.Output, around.IsOutputTerminal);
        // A variable that is set but empty does not count (no-color.org).
        var plain = noColor || !string.IsNullOrEmpty(around.Variable("NO_COLOR"));
        Out = Console(around.Output, around.IsOutputTerminal && !plain, around.IsOutputTerminal, around.Width);
        Notes = Console(around.Error, around.IsErrorTerminal && !plain, around.IsErrorTerminal, around.Width);
        IsLive = around.IsOutputTerminal && !json;
        ShowsProgress = around.IsErrorTerminal;
        _documents = around.IsOutputTerminal ? ToolJson.Indented : ToolJson.Lines;
    }

    public bool IsJson { get; }

    /// <summary>Whether what was written can be written over.</summary>
    public bool IsLive { get; }

    /// <summary>Whether somebody watches standard error.</summary>
    public bool ShowsProgress { get; }

    /// <summary>Standard output, for people.</summary>
    public IAnsiConsole Out { get; }

    /// <summary>Standard error.</summary>
    public IAnsiConsole Notes { get; }

    /// <summary>Writes the one answer of a command.</summary>
    public void Document<T>(T value) => _output.WriteLine(JsonSerializer.Serialize(value, _documents));

    /// <summary>Writes an item of a stream; it leaves at once, so that a pipe has it.</summary>
    public void Line<T>(T value)
    {
        _output.WriteLine(JsonSerializer.Serialize(value, ToolJson.Lines));
        _output.Flush();
    }

    /// <summary>Writes the answer, in the form that was asked for.</summary>
    public void Answer<T>(T value, Action<T> show)
    {
        if (IsJson)
        {
            Document(value);
            return;
        }

        show(value);
    }

    /// <summary>Writes a list: an item a line as JSON, or what is shown for people.</summary>
    public async Task ListAsync<T>(IAsyncEnumerable<T> items, Listing table, Action<Listing, T> add, string nothing, CancellationToken stop)
    {
        var count = 0;
        await foreach (var item in items.WithCancellation(stop).ConfigureAwait(false))
        {
            count++;
            if (IsJson)
            {
                Line(item);
            }
            else
            {
                add(table, item);
            }
        }

        if (!IsJson)
        {
            if (count == 0)
            {
                Say(nothing);
                return;
            }

            Show(table);
        }
    }

    public void Show(Listing table) => Show(table.Fit(Out));

    public void Show(IRenderable what)
    {
        if (_isTerminal)
        {
            Out.Write(what);
            return;
        }

        // A table fills its last column up. In a file those are blanks at the ends of lines.
        using var text = new StringWriter();
        Console(text, colors: false, isTerminal: false, Out.Profile.Width).Write(what);
        _output.Write(string.Join(Environment.NewLine, text.ToString().Split(Environment.NewLine).Select(line => line.TrimEnd())));
    }

    /// <summary>A row that leaves at once; in a terminal it has one line, whatever its width.</summary>
    public void WriteRow(string text)
    {
        var row = text.TrimEnd();
        _output.WriteLine(row.Length > Out.Profile.Width ? row[..(Out.Profile.Width - 1)] + "…" : row);
        _output.Flush();
    }

    /// <summary>A sentence for people. It is no answer, so with JSON it goes to standard error.</summary>
    public void Say(string text) => (IsJson ? Notes : Out).WriteLine(text);

    /// <summary>A sentence that is no answer.</summary>
    public void Note(string text) => Notes.WriteLine(text);

    /// <summary>Why a command was not done.</summary>
    public void Fault(string text) => Notes.Write(new Paragraph().Append("error: ", new Style(Color.Red)).Append(text + Environment.NewLine));

    private static IAnsiConsole Console(TextWriter writer, bool colors, bool isTerminal, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            // It would look for build servers and the like, and change its mind about colours.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
