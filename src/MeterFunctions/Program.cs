using MeterFunctions.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

if (args is [VerifyCommand.Name, ..])
{
    return await new VerifyCommand(Console.Out, Console.Error, static _ => { }).RunAsync(args);
}

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddMeterFunctions(builder.Configuration);
try
{
    await builder.Build().RunAsync();
    return 0;
}
catch (OptionsValidationException e)
{
    // The Functions host shows what the app writes there; a line for each option is what somebody can act on.
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, e.Failures));
    return 2;
}
