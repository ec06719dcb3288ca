using MeterFunctions.Hosting;
using Metering.Api;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

if (CommandLine.IsCommand(args))
{
    return await new CommandLine(Console.Out, Console.Error, static _ => { }).RunAsync(args);
}

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    builder.Services.AddMeterFunctions(builder.Configuration);
    builder.Logging.AddWorkerLogs(Console.Error);
    await builder.Build().RunAsync();
    return 0;
}
catch (OptionsValidationException e)
{
    // The Functions host shows what the app writes there; a line for each option is what somebody can act on.
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, e.Failures));
    return 2;
}
catch (InvalidDataException e)
{
    // A file appsettings.json, which the app does not need, but reads where there is one.
    await Console.Error.WriteLineAsync(BrokenSettings.Told(e));
    return 2;
}
