# What the tests put before a page's own lines: `dotnet run --project src/Metering.Server -- …` runs the server, or one of its commands, in the
# tests' process. A server is started, and the call comes back when it listens. A command that needs a server that is stopped
# stops it first, where a page says "press Ctrl+C".
dotnet() {
  if [ "$1 $2 $3 $4" != "run --project src/Metering.Server --" ]; then
    echo "The runner of the pages does not know: dotnet $*"
    return 127
  fi

  shift 4
  case "${1:-}" in
    "" | -*)
      {
        printf '%s\n' "$@"
        env | sed -n -e 's/^METERING_BOOTSTRAP_TOKEN=/--Metering:BootstrapToken=/p' -e '/^Metering__/{s/__/:/g;s/^/--/;p}'
      } | curl -sS --fail-with-body --data-binary @- "$DOCS_CONTROL/start"
      ;;
    token) command dotnet "$DOCS_SERVER" "$@" ;; # It reads the page's own environment.
    *)
      [ "$1" = backup ] || [ "$1" = health ] || curl -sS -X POST "$DOCS_CONTROL/stop"
      printf '%s\n' "$@" | curl -sS --fail-with-body --data-binary @- "$DOCS_CONTROL/run"
      ;;
  esac
}
