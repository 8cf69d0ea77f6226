# The table that `scripts/up` ends with: where everything is and how to get in.

row() { printf '  %-22s %-62s %s\n' "$@"; }

summary() {
  local service
  echo
  row gateway "http://localhost:$GATEWAY_PORT" "documentation of all six: /docs"
  for service in "${services[@]}"; do
    row "$service-service" "http://localhost:$(port_of "$service")/docs" ".local/log/$service-service.out"
  done
  row "Razorpay, simulated" "http://localhost:$SIMULATOR_PORT" "to pay by hand what waits for it"
  row "database, services" "mysql://$DB_USER@$DB_HOST:$DB_PORT/$DB_NAME" "DB_PASSWORD in .local/env"
  row "database, migrator" "mysql://$MIGRATOR_DB_USER@$DB_HOST:$DB_PORT/$DB_NAME" "MIGRATOR_DB_PASSWORD in .local/env"
  row redis "redis://$REDIS_HOST:$REDIS_PORT" "REDIS_PASSWORD in .local/env"
  row rabbitmq "amqp://$RABBITMQ_USER@$RABBITMQ_HOST:$RABBITMQ_PORT" "RABBITMQ_PASSWORD in .local/env"
  row administrator "$admin" "password in .local/admin"
  row mail ".local/mail/" "every message as a file"
  row logs ".local/log/" "scripts/down stops everything"
  row "a purchase" "${binaries#"$repo/"}/pavitra demo" "from the shelf to the letter, step by step"
}
