using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Metering.Benchmarks;

/// <summary>A PostgreSQL cluster of the installed version, in a directory of its own, reached by a Unix socket.</summary>
internal sealed partial class PostgresCluster : IAsyncDisposable
{
    // As generous as a server for this job would be; checkpoints are kept out of the measured time.
    private const string Settings =
        "-c synchronous_commit=on -c fsync=on -c full_page_writes=on -c max_connections=200 -c shared_buffers=1GB "
        + "-c max_wal_size=16GB -c checkpoint_timeout=1h -c listen_addresses='' -c autovacuum=off";

    private const string DatabaseUser = "bench";
    private const string Database = "postgres";
    private readonly string _tools;
    private readonly string _directory;
    private readonly string? _account;

    private PostgresCluster(string tools, string directory, string? account)
    {
        _tools = tools;
        _directory = directory;
        _account = account;
    }

    public string Version { get; private set; } = "";

    /// <summary>For a client of .NET.</summary>
    public string ConnectionString => $"Host={_directory};Username={DatabaseUser};Database={Database}";

    /// <summary>Starts a cluster; null and the reason when there is no PostgreSQL that can be started.</summary>
    public static async Task<(PostgresCluster? Cluster, string? Why)> StartAsync(string workDirectory)
    {
        if (FindTools() is not { } tools)
        {
            return (null, "PostgreSQL's server and pgbench were not found");
        }

        var account = FindAccount();
        if (Environment.IsPrivilegedProcess && account is null)
        {
            return (null, "PostgreSQL does not run as root, and there is no other account to run it with setpriv");
        }

        var directory = Path.Combine(workDirectory, "postgres");
        Directory.CreateDirectory(directory);
        var cluster = new PostgresCluster(tools, directory, account);
        if (account is not null)
        {
            await ExecuteAsync("chmod", ["o+x", workDirectory], directory);
            await ExecuteAsync("chown", [account, directory], directory);
        }

        await cluster.RunAsync("initdb", "-D", cluster.DataDirectory, "-A", "trust", "-U", DatabaseUser, "--no-locale", "-E", "UTF8");
        await cluster.RunAsync(
            "pg_ctl", "-D", cluster.DataDirectory, "-l", Path.Combine(directory, "log"), "-w", "-o", $"{Settings} -k {directory}", "start");
        cluster.Version = (await cluster.RunAsync("postgres", "--version")).Trim();
        return (cluster, null);
    }

    /// <summary>Runs statements.</summary>
    public Task<string> ExecuteAsync(string sql) => RunAsync(
        "psql", "-h", _directory, "-U", DatabaseUser, "-d", Database, "-v", "ON_ERROR_STOP=1", "-qAt", "-c", sql);

    /// <summary>Runs a pgbench script with many clients, and reads the latency of every transaction.</summary>
    public async Task<Measurement> BenchAsync(string script, int clients, TimeSpan time)
    {
        var runDirectory = Directory.CreateDirectory(Path.Combine(_directory, Guid.NewGuid().ToString("N"))).FullName;
        var file = Path.Combine(runDirectory, "script.sql");
        await File.WriteAllTextAsync(file, script);
        if (_account is not null)
        {
            await ExecuteAsync("chown", ["-R", _account, runDirectory], runDirectory);
        }

        var output = await ExecuteAsync(
            _tools + "/pgbench",
            [
                "-h", _directory, "-U", DatabaseUser, "-d", Database, "-n", "-M", "prepared", "-c", $"{clients}",
                "-j", $"{Environment.ProcessorCount}", "-T", $"{time.TotalSeconds:F0}", "-f", file, "-l",
            ],
            runDirectory,
            _account);
        var perSecond = double.Parse(
            TransactionsPerSecond().Match(output).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        var latencies = new LatencyHistogram();
        foreach (var log in Directory.EnumerateFiles(runDirectory, "pgbench_log*"))
        {
            await foreach (var line in File.ReadLinesAsync(log))
            {
                latencies.AddMicroseconds(long.Parse(line.Split(' ', 4)[2], System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        Directory.Delete(runDirectory, recursive: true);
        return new Measurement(perSecond, latencies) { Answered = latencies.Count };
    }

    public async ValueTask DisposeAsync() => await RunAsync("pg_ctl", "-D", DataDirectory, "-m", "immediate", "-w", "stop");

    private string DataDirectory => Path.Combine(_directory, "data");

    [GeneratedRegex(@"tps = ([0-9.]+) \(without initial connection time\)")]
    private static partial Regex TransactionsPerSecond();

    private static string? FindTools()
    {
        const string Debian = "/usr/lib/postgresql";
        var debian = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(directory => Path.GetFileName(directory), StringComparer.Ordinal)
                .Select(directory => directory + "/bin")
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(path).FirstOrDefault(directory => File.Exists(directory + "/initdb") && File.Exists(directory + "/pgbench"));
    }

    // The server refuses to run as root; Debian's package makes an account for it.
    private static string? FindAccount()
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/setpriv"))
        {
            return null;
        }

        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        return accounts.Contains("postgres") ? "postgres" : accounts.Contains("nobody") ? "nobody" : null;
    }

    private Task<string> RunAsync(string tool, params string[] arguments) =>
        ExecuteAsync(Path.Combine(_tools, tool), arguments, _directory, _account);

    private static async Task<string> ExecuteAsync(string tool, IEnumerable<string> arguments, string directory, string? account = null)
    {
        // pg_ctl's server inherits the output; so it goes to a file, which does not wait for the server's end.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = directory };
        var output = Path.GetTempFileName();
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("out=\"$1\"; shift; exec \"$@\" > \"$out\" 2>&1");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(output);
        string[] asAccount = account is null ? [] : ["setpriv", $"--reuid={account}", $"--regid={account}", "--clear-groups", "--"];
        foreach (var argument in asAccount.Append(tool).Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        var text = await File.ReadAllTextAsync(output);
        File.Delete(output);
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{tool} failed: {text}");
    }
}
