using System.CommandLine;
using Metering.Cli.Runs;

namespace Metering.Cli.Completion;

/// <summary>Scripts by which shells complete what is typed. They ask the tool itself, so they are right for its version.</summary>
internal static class CompletionCommand
{
    // The tool's own word is cut off, because a shell may know it by a path; the place of the cursor moves with it.
    private const string Bash = """
        _meter() {
            local line="${COMP_LINE#* }" IFS=$'\n'
            local point=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
            COMPREPLY=($(compgen -W "$(meter "[suggest:$point]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _meter meter
        """;

    private const string Zsh = """
        #compdef meter
        _meter() {
            local line="${BUFFER#* }"
            local point=$((CURSOR - ${#BUFFER} + ${#line}))
            local -a words_found
            words_found=("${(@f)$(meter "[suggest:$point]" "$line" 2>/dev/null)}")
            compadd -- $words_found
        }
        compdef _meter meter
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName meter -ScriptBlock {
            param($word, $ast, $position)
            $text = $ast.ToString()
            $start = $text.IndexOf(' ') + 1
            if ($start -eq 0) { return }
            $line = $text.Substring($start)
            meter "[suggest:$($position - $start)]" $line.PadRight($position - $start) 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    private static readonly Argument<string> Shell = new Argument<string>("shell")
    {
        Description = "Which shell: eval \"$(meter completion bash)\", or put that line into its startup file.",
    }.AcceptOnlyFromAmong("bash", "zsh", "pwsh");

    public static Command Create() => new Command("completion", "Prints a script that adds tab completion to a shell.")
        .With(Shell)
        .Does((session, _) => session.Around.Output.WriteLineAsync(session.Value(Shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => PowerShell,
        }));
}
