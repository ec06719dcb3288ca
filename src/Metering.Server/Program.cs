using Metering;
using Metering.Server.Hosting;
using Metering.Server.Storage;
using Microsoft.Extensions.Options;

try
{
    return await ServerCommandLine.Create().Parse(args).InvokeAsync(new()
    {
        // It would print a stack trace. What an operator can mend is told below, in a line.
        EnableDefaultExceptionHandler = false,

        // Longer than the host takes at most to stop (30 s), so that everything is written out; two seconds would cut it off.
        ProcessTerminationTimeout = TimeSpan.FromSeconds(35),
    });
}
catch (CommandLineException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
catch (OptionsValidationException e)
{
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, e.Failures));
    return 2;
}
catch (Exception e) when (e is DataDirectoryException or StoreUnavailableException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (ListeningException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return e.ExitCode;
}
