using Metering.Cli;
using Metering.Cli.Runs;

return await MeterTool.RunAsync(args, Surroundings.OfProcess(), CancellationToken.None).ConfigureAwait(false);
