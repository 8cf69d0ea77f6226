# The Razorpay that the development shop is paid through: a pavitra-simulator on SIMULATOR_PORT, with the shop's keys. Its
# books are in memory: what one has taken, the next one knows nothing of.

simulator_start() {
  ! changed simulator pavitra-simulator || { step "restarting the simulator, which has changed" && stop simulator; }
  running simulator || launch simulator "$binaries/pavitra-simulator" --port "$SIMULATOR_PORT" \
    --webhook-url "http://127.0.0.1:$(port_of payment)/api/v1/payments/webhook/razorpay"
}

simulator_ready() { curl -fsS --max-time 2 "http://127.0.0.1:$SIMULATOR_PORT/_control/webhook"; }

simulator_await() {
  await simulator 30 simulator_ready ||
    die "the simulator did not start; see .local/log/simulator.out: $(last_error "$home/log/simulator.out")"
}
