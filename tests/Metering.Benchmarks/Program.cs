using System.CommandLine;
using Metering.Benchmarks;

var root = new RootCommand("Measures what the meter costs, side by side with what it is compared to.");
root.Subcommands.Add(LoadCommand.Create());
root.Subcommands.Add(EngineCommand.Create());
root.Subcommands.Add(MemoryCommand.Create());
root.Subcommands.Add(EventsCommand.Create());
root.Subcommands.Add(CreateCommand.Create());
root.Subcommands.Add(MicroCommand.Create());
root.Subcommands.Add(VerifyCommand.Create());
root.Subcommands.Add(ExportsCommand.Create());
root.Subcommands.Add(FunctionsExportsCommand.Create());
root.Subcommands.Add(ReportsCommand.Create());
root.Subcommands.Add(CrashCommand.Create());
root.Subcommands.Add(FunctionsCommand.Create());
root.Subcommands.Add(LeaseCommand.Create());
root.Subcommands.Add(HostCommand.Create());
return await root.Parse(args).InvokeAsync();
